import { isTimeZone, TIME_ZONE_NAMES } from "../timeZoneNames.ts";

/** What ICU has besides the database, for old times' sake. */
const ICU_ALONE = [
  ..."ACT AET AGT ART AST BET BST CAT CNT CST CTT EAT ECT IET IST JST MIT NET NST PLT PNT PRT PST".split(
    " ",
  ),
  ..."SST VST SystemV/EST5EDT SystemV/PST8 US/Pacific-New".split(" "),
];

describe("isTimeZone", () => {
  it.each([
    "Etc/UTC",
    "UTC",
    "GMT",
    "EST",
    "Europe/Berlin",
    "Europe/Kyiv",
    "Europe/Kiev",
    "America/Argentina/Buenos_Aires",
    "America/Port-au-Prince",
    "America/Coyhaique",
    "Asia/Calcutta",
    "Asia/Kolkata",
    "Australia/NSW",
    "US/Pacific",
    "Etc/GMT+5",
  ])("knows '%s'", (name) => {
    expect(isTimeZone(name)).toBe(true);
  });

  it.each([
    "",
    "Europe/Atlantis",
    "europe/berlin",
    "EUROPE/BERLIN",
    "ETC/UTC",
    "utc",
    "+01:00",
    "Berlin",
    "CEST",
    "Factory",
    "Europe/Berlin ",
    "Europe/Berlin Paris",
    "/Europe/Berlin",
    ...ICU_ALONE,
  ])("does not know '%s'", (name) => {
    expect(isTimeZone(name)).toBe(false);
  });

  it("knows every zone that the runtime lists, and none whose time the runtime could not tell", () => {
    const listed = Intl.supportedValuesOf("timeZone");

    expect(listed.filter((name) => !isTimeZone(name))).toEqual([]);
    expect([...TIME_ZONE_NAMES].filter((name) => !tellsTime(name))).toEqual([]);
    expect(TIME_ZONE_NAMES.size).toBe(597);
  });
});

function tellsTime(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone }).format(0) !== "";
  } catch {
    // The one thing that can be wrong with these options is the zone.
    return false;
  }
}
