import { startBrowser } from "@background-tasks/cli/pictures/browser.ts";

/*
 * A browser in a process of its own: what drives it takes time too. It opens the page whose address it is sent, and
 * leaves it when it is sent nothing; each time it answers when that is done.
 */

const browser = await startBrowser();
const tab = await browser.newPage();

async function show(address: string): Promise<void> {
  await tab.goto(address === "" ? "about:blank" : address);
  if (address !== "") await tab.getByText("● live").waitFor();
}

process.on("message", (address: string) => {
  show(address).then(
    () => process.send?.("done"),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.on("disconnect", () => {
  void browser.close();
});
