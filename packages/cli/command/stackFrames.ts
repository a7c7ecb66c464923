import { readFileSync } from "node:fs";
import { SourceMap, type SourceMapPayload } from "node:module";
import { fileURLToPath } from "node:url";
import { BUILD_CONTEXT, sourceMapFile } from "../../../infra/buildContext.ts";

/** Gives the frames of a stack as their places in the source. */
export type FramesOf = (stack: string) => readonly string[];

/** `    at handle (file:///x/main.mjs:1:2345)` */
const PLACE = /(file:\/\/\S*\.mjs):(\d+):(\d+)/;

/** How many frames say where it was. */
const MAX_FRAMES = 6;

/**
 * Reads the stacks of bundled workers: each frame with the file and line that it has in the source, those of Node
 * itself left out. The source map of a file is found by what the file holds, so that one that an older revision runs is not
 * read by the map of a newer one.
 */
export function makeFramesOf(read: (path: string) => Uint8Array = readFileSync): FramesOf {
  const maps = new Map<string, SourceMap | undefined>();

  function mapOf(url: string): SourceMap | undefined {
    if (!maps.has(url)) maps.set(url, load(url));
    return maps.get(url);
  }

  function load(url: string): SourceMap | undefined {
    try {
      const file = sourceMapFile(BUILD_CONTEXT, read(fileURLToPath(url)));
      const payload = JSON.parse(Buffer.from(read(file)).toString()) as SourceMapPayload;
      return new SourceMap(payload);
    } catch {
      // An image from elsewhere: its frames are shown as they are.
      return undefined;
    }
  }

  function mapped(frame: string): string {
    const [place, url = "", line, column] = PLACE.exec(frame) ?? [];
    if (place === undefined) return frame;
    const found = mapOf(url)?.findEntry(Number(line) - 1, Number(column) - 1);
    if (!found || !("originalSource" in found)) return frame;
    const { originalSource, originalLine, originalColumn } = found;
    return frame.replace(place, `${originalSource}:${originalLine + 1}:${originalColumn + 1}`);
  }

  return (stack) => {
    const frames = stack
      .split("\n")
      .filter((line) => /^\s+at /.test(line) && !/\(?node:/.test(line))
      .map((line) => mapped(line.trim()));
    return frames.filter((frame) => !MACHINERY.test(frame)).slice(0, MAX_FRAMES);
  };
}

/** What calls a handler, which is the same each time and says its own sentences, and what has no place. */
const MACHINERY = /\bworker\/(?!handlers\/)[^/]*$|<anonymous>\)$/;
