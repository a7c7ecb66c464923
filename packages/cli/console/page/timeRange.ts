/**
 * What a time axis spans, from the times that it tells, in order, and what is to be seen of them: `leastSpan` at the
 * least, up to the last. All in seconds.
 */
export function timeRange(
  times: ArrayLike<number>,
  [min, max]: readonly [min: number, max: number],
  leastSpan: number,
): [min: number, max: number] {
  // For one time alone, the chart's library asks for the day that follows it.
  const end = times.length === 1 ? (times[0] ?? max) : max;
  return [Math.min(min, end - leastSpan), end];
}
