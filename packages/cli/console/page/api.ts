import { useCallback, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { AnswerOf, ArgsOf, CallName, ReadName } from "../server/calls.ts";
import { addressOf, earlyAnswer } from "./earlyAnswers.ts";
import { headers } from "./session.ts";

/** Why a call was not answered as it was meant. */
export class CallError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

type ChangeName = Exclude<CallName, ReadName>;

/** Asks for something that changes nothing. */
export async function ask<Name extends ReadName>(
  name: Name,
  args: Partial<ArgsOf<Name>> = {},
): Promise<AnswerOf<Name>> {
  const address = addressOf(name, args);
  const early = (await earlyAnswer(address)) as AnswerOf<Name> | undefined;
  return early ?? answerOf(await fetch(address, { headers: headers() }));
}

/** Has something done, or shows what is hidden. */
export async function act<Name extends ChangeName>(
  name: Name,
  args: ArgsOf<Name>,
): Promise<AnswerOf<Name>> {
  const response = await fetch(`/console/v1/${name}`, {
    method: "POST",
    headers: { ...headers(), "Content-Type": "application/json" },
    body: JSON.stringify(args),
  });
  return answerOf(response);
}

async function answerOf<Answer>(response: Response): Promise<Answer> {
  const answer = (await response.json()) as Answer & { readonly error?: string };
  if (response.ok) return answer;
  if (response.status === 401) dispatchEvent(new Event("console-token"));
  throw new CallError(response.status, answer.error ?? response.statusText);
}

export interface Asked<Answer> {
  readonly answer: Answer | undefined;
  readonly error: string | undefined;
  readonly again: () => void;
}

/** Asks when the view opens, when its arguments change, and `again`; one answer at a time. Without a name it asks nothing. */
export function useAsk<Name extends ReadName>(
  name: Name | undefined,
  args: Partial<ArgsOf<Name>> = {},
): Asked<AnswerOf<Name>> {
  const [state, setState] = useState<Omit<Asked<AnswerOf<Name>>, "again">>({
    answer: undefined,
    error: undefined,
  });
  const key = JSON.stringify(args);
  const asking = useRef<{ key: string; isWanted: boolean } | undefined>(undefined);
  const again = useCallback(() => {
    if (name === undefined) return;
    if (asking.current?.key === key) {
      asking.current.isWanted = true;
      return;
    }
    const mine = { key, isWanted: false };
    asking.current = mine;
    ask(name, JSON.parse(key) as Partial<ArgsOf<Name>>)
      .then(
        (answer) => ({ answer, error: undefined }),
        (error: unknown) => ({ error: messageOf(error) }),
      )
      .then((next) => {
        if (asking.current !== mine) return;
        asking.current = undefined;
        setState((before) => ({ ...before, ...next }));
        if (mine.isWanted) again();
      })
      .catch(() => undefined);
  }, [name, key]);
  // Before anything is painted: what is asked for sooner is there sooner.
  useLayoutEffect(() => {
    again();
    return () => {
      asking.current = undefined;
    };
  }, [again]);
  return { ...state, again };
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
