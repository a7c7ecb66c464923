import type { DeathTimes } from "../../server/deathTimes.ts";
import { countWords, moment } from "../words.ts";

const WIDTH = 96;
const HEIGHT = 18;
/** As wide as one of so many is a bar at the most. */
const LEAST_SPANS = 12;

/** When the dead letters of a group ended, as small as a word: a bar for each span, as wide for all groups. */
export function Deaths({ of, group }: { readonly of: DeathTimes; readonly group: string }) {
  const counts = of.counts[group] ?? [];
  const most = Math.max(...counts);
  const width = WIDTH / Math.max(LEAST_SPANS, counts.length);
  const bars = counts.map((count, i) => {
    if (count === 0) return "";
    // One of a thousand is to be seen.
    const height = Math.max(2, (HEIGHT * count) / most);
    return `M${round(i * width)} ${HEIGHT}v${-round(height)}h${round(width * 0.85)}v${round(height)}z`;
  });
  return (
    <svg
      class="deaths"
      role="img"
      aria-label={wordsOf(of, counts, most)}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
    >
      <path d={bars.join("")} />
    </svg>
  );
}

/** `From 25 Nov, 09:02:11 to 25 Nov, 12:00:00: the most at once, 120, between 25 Nov, 09:30:00 and 25 Nov, 09:34:16.` */
function wordsOf({ from, spanMs }: DeathTimes, counts: readonly number[], most: number): string {
  const at = (span: number): string => moment(from + span * spanMs);
  return (
    `From ${at(0)} to ${at(counts.length)}: the most at once, ${countWords(most)}, ` +
    `between ${at(counts.indexOf(most))} and ${at(counts.indexOf(most) + 1)}.`
  );
}

function round(n: number): number {
  return Math.round(n * 10) / 10;
}
