import { coalesced } from "../../start/coalesced.ts";

/** A piece of work whose runs end when the test says so. Each answers with its number and what it read as it began. */
function watched() {
  const work = {
    file: "",
    /** What each run read. */
    runs: [] as string[],
    end: (): void => undefined,
    fail: (): void => undefined,
  };
  const ask = coalesced(() => {
    const read = work.file;
    const number = work.runs.push(read);
    return new Promise<string>((resolve, reject) => {
      work.end = () => {
        resolve(`${number}: ${read}`);
      };
      work.fail = () => {
        reject(new Error("Not today."));
      };
    });
  });
  return {
    work,
    /** Saves the file, and asks for a run. */
    save: (text: string): Promise<string> => {
      work.file = text;
      return ask();
    },
  };
}

/** All that can go on without the test has done so. */
const settled = (): Promise<void> => new Promise(setImmediate);

describe("Work that is coalesced", () => {
  it("is run twice for 15 who ask while it runs first, and answers them as of the last", async () => {
    const { work, save } = watched();
    const first = save("0");
    await settled();
    const others = [];
    for (let i = 1; i <= 15; i += 1) {
      others.push(save(String(i)));
      await settled();
    }
    expect(work.runs).toEqual(["0"]);

    work.end();
    await settled();
    expect(work.runs).toEqual(["0", "15"]);
    work.end();

    expect(await first).toBe("1: 0");
    expect(await Promise.all(others)).toEqual(Array(15).fill("2: 15"));
    await settled();
    expect(work.runs).toEqual(["0", "15"]);
  });

  it("is run again for who asks once the run that waited has begun: it may have read already", async () => {
    const { work, save } = watched();
    const answers = [save("a")];
    await settled();
    answers.push(save("b"));
    work.end();
    await settled();
    answers.push(save("c"), save("d"));
    await settled();
    expect(work.runs).toEqual(["a", "b"]);
    work.end();
    await settled();
    work.end();

    expect(await Promise.all(answers)).toEqual(["1: a", "2: b", "3: d", "3: d"]);
    expect(work.runs).toEqual(["a", "b", "d"]);
  });

  it("is run each time where each asks after the other's end", async () => {
    const { work, save } = watched();
    const answers = [];
    for (const text of ["a", "b", "c"]) {
      const answer = save(text);
      await settled();
      work.end();
      answers.push(await answer);
    }

    expect(answers).toEqual(["1: a", "2: b", "3: c"]);
  });

  it("is run for those who wait where the run before them fails, which only its own are told", async () => {
    const { work, save } = watched();
    const first = save("a");
    await settled();
    const others = [save("b"), save("c")];
    work.fail();
    await expect(first).rejects.toThrow("Not today.");
    await settled();
    work.end();

    expect(await Promise.all(others)).toEqual(["2: c", "2: c"]);
  });
});
