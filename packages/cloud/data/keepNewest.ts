/** Takes the oldest entries out of a map of what is only kept for a while, until `count` are left. */
export function keepNewest(map: Map<string, unknown>, count: number): void {
  for (const oldest of map.keys()) {
    if (map.size <= count) return;
    map.delete(oldest);
  }
}
