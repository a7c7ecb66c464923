/** An action as a workflow names it: `actions/checkout@<commit> # v7.0.1`. */
export interface ActionUse {
  /** Owner and repository. */
  readonly repository: string;
  /** A commit, or the tag that stands in a commit's place. */
  readonly ref: string;
  /** The version that is told beside a commit. */
  readonly version: string | undefined;
}

const USES = /(\buses: )([\w.-]+\/[\w.-]+)((?:\/[\w./-]+)?)@([\w./-]+)(?: # (\S+))?$/gm;
const COMMIT = /^[0-9a-f]{40}$/;

/** The actions of other repositories that a workflow uses. */
export function actionsIn(text: string): ActionUse[] {
  return [...text.matchAll(USES)].map(([, , repository = "", , ref = "", version]) => ({
    repository,
    ref,
    version,
  }));
}

/** Whether an action is named by its commit. */
export function isPinned({ ref }: ActionUse): boolean {
  return COMMIT.test(ref);
}

/** What `pinActions` makes of a workflow. */
export interface PinnedActions {
  readonly text: string;
  /** The versions that name another commit than the one that is written here. */
  readonly moved: readonly string[];
}

/**
 * Names each action by the commit of its version. A commit that is there already stays, also where the version
 * names another by now: that is for a person to look at.
 */
export async function pinActions(
  text: string,
  commitOf: (repository: string, version: string) => Promise<string>,
): Promise<PinnedActions> {
  const commits = new Map<string, string>();
  const moved: string[] = [];
  for (const use of actionsIn(text)) {
    const version = isPinned(use) ? use.version : use.ref;
    if (version === undefined) continue;
    const key = `${use.repository}@${version}`;
    const commit = commits.get(key) ?? (await commitOf(use.repository, version));
    commits.set(key, commit);
    if (isPinned(use) && use.ref !== commit) moved.push(`${key} (${commit}, not ${use.ref})`);
  }
  const pinned = text.replace(
    USES,
    (all, uses: string, repository: string, path: string, ref: string) => {
      const commit = commits.get(`${repository}@${ref}`);
      return commit === undefined ? all : `${uses}${repository}${path}@${commit} # ${ref}`;
    },
  );
  return { text: pinned, moved };
}
