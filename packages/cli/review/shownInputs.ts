import type { InputChange, ResourceChange } from "./report.ts";

/**
 * The inputs that are shown of a change. What a new resource is like can be read in the program; of one that is
 * deleted, what tells which it is. A dashboard's tiles that came, went or moved are told of in one of them, as
 * `2 tiles added: 'pages: tasks', 'pages: wait, in ms'; 6 tiles moved`.
 */
export function shownInputs({ operation, inputs }: ResourceChange): readonly InputChange[] {
  if (operation === "create") return [];
  if (operation === "delete") return inputs.filter(({ path }) => TELLS_WHICH.test(path));
  const fates = fatesOfTiles(inputs);
  const others = inputs.filter(({ path }) => !fates.has(tileOf(path) ?? ""));
  return fates.size === 0 ? others : [{ path: "dashboardJson", after: told(fates) }, ...others];
}

const TELLS_WHICH = /^(?:name|displayName|\w+Id|role|member)$/;

const FATES = ["added", "removed", "moved"] as const;

type Fate = (typeof FATES)[number];

/** What became of a dashboard's tiles, by their titles. One of which something else changed is left out. */
function fatesOfTiles(inputs: readonly InputChange[]): Map<string, Fate> {
  const tiles = Map.groupBy(inputs, ({ path }) => tileOf(path));
  const fates = [...tiles].flatMap(([tile, own]): [string, Fate][] => {
    const fate = fateOf(own);
    return tile === undefined || fate === undefined ? [] : [[tile, fate]];
  });
  return new Map(fates);
}

/** Tiles are told apart by their titles: one whose title came is new. */
function fateOf(own: readonly InputChange[]): Fate | undefined {
  const title = own.find(({ path }) => path.endsWith(".widget.title"));
  if (title) return title.before === undefined ? "added" : "removed";
  return own.every(({ path }) => /\.(?:[xy]Pos|width|height)$/.test(path)) ? "moved" : undefined;
}

function tileOf(path: string): string | undefined {
  return TILE.exec(path)?.groups?.["tile"];
}

const TILE =
  /^dashboardJson\.mosaicLayout\.tiles\.(?<tile>.+?)\.(?:[xy]Pos|width|height|widget\..*)$/;

function told(fates: ReadonlyMap<string, Fate>): string {
  return FATES.flatMap((fate) => {
    const those = [...fates].filter(([, one]) => one === fate).map(([tile]) => `'${tile}'`);
    if (those.length === 0) return [];
    const count = `${those.length === 1 ? "1 tile" : `${those.length} tiles`} ${fate}`;
    return [fate === "moved" ? count : `${count}: ${those.join(", ")}`];
  }).join("; ");
}
