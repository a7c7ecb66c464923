import type { CommandModule, CommandTable } from "./command/commandLine.ts";
import type { EngineCommand } from "./engine/options.ts";

/** Every command, in the order in which they are listed. */
export const COMMANDS: CommandTable = {
  start: {
    summary: "Runs the stack 'local' of this program on this machine.",
    script: "npm start",
    load: () => import("./start/command.ts"),
  },
  demo: {
    summary: "Sends a hundred mails and a digest through a local cloud of its own.",
    script: "npm run demo",
    load: () => import("./demo/command.ts"),
  },
  enqueue: {
    summary: "Puts a task on its queue: of 'npm start', or of a deployed stack.",
    script: "npm run enqueue",
    load: () => import("./enqueue/command.ts"),
  },
  status: {
    summary: "Shows a stack on one screen, and what somebody should look at.",
    load: () => import("./operate/status/command.ts"),
  },
  console: {
    summary: "Serves a page that shows what is going on in a stack, on this machine.",
    load: () => import("./console/command.ts"),
  },
  queues: {
    summary: "Shows what each queue of a stack is doing at this moment.",
    load: () => import("./operate/queues/command.ts"),
  },
  list: {
    summary: "Lists the tasks that wait on a queue, the oldest due first.",
    load: () => import("./operate/tasks/listCommand.ts"),
  },
  show: {
    summary: "Shows one task or dead letter, with what the log says of its life.",
    load: () => import("./operate/show/command.ts"),
  },
  "dead-letters": {
    summary: "Lists the tasks that ended for good, put together by what they died of.",
    load: () => import("./operate/deadLetters/command.ts"),
  },
  redrive: {
    summary: "Puts dead letters back onto their queues, each once.",
    load: () => import("./operate/redrive/command.ts"),
  },
  bury: {
    summary: "Makes dead letters of tasks that wait on a queue.",
    load: () => import("./operate/bury/command.ts"),
  },
  discard: {
    summary: "Deletes dead letters for good, and keeps them in a file.",
    load: () => import("./operate/deadLetters/discardCommand.ts"),
  },
  export: {
    summary: "Writes dead letters into a file, with their payloads.",
    load: () => import("./operate/deadLetters/exportCommand.ts"),
  },
  import: {
    summary: "Puts dead letters of a file back onto the dead-letter queue.",
    load: () => import("./operate/deadLetters/importCommand.ts"),
  },
  pause: {
    summary: "Pauses queues, also for a time.",
    load: () => import("./operate/change/pauseCommand.ts"),
  },
  resume: {
    summary: "Resumes queues, also step by step.",
    load: () => import("./operate/change/resumeCommand.ts"),
  },
  purge: {
    summary: "Deletes all tasks of a queue.",
    load: () => import("./operate/change/purgeCommand.ts"),
  },
  cancel: {
    summary: "Deletes the task that was enqueued under an id.",
    load: () => import("./operate/change/cancelCommand.ts"),
  },
  keep: {
    summary: "Sets for how long dead letters are kept.",
    load: () => import("./operate/change/keepCommand.ts"),
  },
  run: {
    summary: "Has Cloud Scheduler run a schedule now.",
    load: () => import("./run/command.ts"),
  },
  token: {
    summary: "Prints a token of a service account of the local cloud.",
    script: "npm run token",
    load: () => import("./token/command.ts"),
  },
  preview: {
    summary: "Says what 'up' would change, and changes nothing.",
    script: "npm run preview",
    load: () => engine("preview"),
  },
  up: {
    summary: "Makes a stack as the program and its configuration say.",
    script: "npm run up",
    load: () => engine("up"),
  },
  refresh: {
    summary: "Takes over into a stack's state what there is.",
    script: "npm run refresh",
    load: () => engine("refresh"),
  },
  destroy: {
    summary: "Deletes a stack's resources.",
    script: "npm run destroy",
    load: () => engine("destroy"),
  },
  pulumi: {
    summary: "Runs any other command of the Pulumi CLI: cancel, import, stack output.",
    script: "npm run pulumi",
    load: () => engine("pulumi"),
  },
  smoke: {
    summary: "Sends a ping through every queue of a stack.",
    script: "npm run smoke",
    load: () => import("./smoke/command.ts"),
  },
  policy: {
    summary: "Judges what the program would deploy by the rules of policy/.",
    script: "npm run policy",
    load: () => import("./policy/command.ts"),
  },
  diff: {
    summary: "Says what a change does to what each stack asks Google for.",
    script: "npm run diff",
    load: () => import("./review/diff/command.ts"),
  },
  contract: {
    summary: "Says whether tasks that are queued already would still be understood.",
    script: "npm run contract",
    load: () => import("./review/contract/command.ts"),
  },
  client: {
    summary: "Writes the client as a package, for producers in other repositories.",
    load: () => import("./client/command.ts"),
  },
  image: {
    summary: "Builds the worker's image, runs it, and checks what Cloud Run will ask of it.",
    script: "npm run image",
    load: () => import("./image/command.ts"),
  },
  release: {
    summary: "Which image a stack runs, and that very image for another stack.",
    script: "npm run release",
    load: () => import("./release/command.ts"),
  },
  pin: {
    summary: "Writes the digests and commits of what a deployment takes from the net.",
    load: () => import("./pin/command.ts"),
  },
  plugins: {
    summary: "Installs the providers' plugins, each checked by its digest.",
    load: () => import("./plugins/command.ts"),
  },
  "ci-setup": {
    summary: "Makes the environments on GitHub, with their rules and variables.",
    load: () => import("./ciSetup/command.ts"),
  },
  comment: {
    summary: "Writes a pull request's comments, one for each stack, from what its jobs left.",
    script: "npm run comment",
    load: () => import("./review/comment/command.ts"),
  },
  drift: {
    summary: "Opens, updates or closes the issue that says how a stack differs from its program.",
    script: "npm run drift",
    load: () => import("./review/drift/command.ts"),
  },
  "review-stack": {
    summary: "Makes the throw-away stack of a pull request and prints its name.",
    script: "npm run review-stack",
    load: () => import("./review/reviewStack/command.ts"),
  },
  sweep: {
    summary: "Destroys the throw-away stacks that have had their time.",
    script: "npm run sweep",
    load: () => import("./review/sweep/command.ts"),
  },
};

async function engine(name: EngineCommand): Promise<CommandModule> {
  const { configure } = await import("./engine/command.ts");
  return {
    configure: (command) => {
      configure(name, command);
    },
  };
}
