import { frontDoorPage } from "../../network/frontDoorPages.ts";

describe("A page of the front door (G 4.4)", () => {
  it.each([
    {
      status: 401,
      title: "401 Unauthorized",
      heading: "Error: Unauthorized",
      text: "Your client does not have permission to the requested URL <code>/path</code>.",
    },
    {
      status: 403,
      title: "403 Forbidden",
      heading: "Error: Forbidden",
      text: "Your client does not have permission to get URL <code>/path</code> from this server.",
    },
  ] as const)("of $status is Google's HTML", ({ status, title, heading, text }) => {
    const { headers, body, status: answered } = frontDoorPage(status, "/path");

    const html = Buffer.from(body).toString();
    expect(answered).toBe(status);
    expect(headers["content-type"]).toBe("text/html; charset=UTF-8");
    expect(/<title>(.*)<\/title>/.exec(html)?.[1]).toBe(title);
    expect(/<h1>(.*)<\/h1>/.exec(html)?.[1]).toBe(heading);
    expect(/<h2>(.*)<\/h2>/.exec(html)?.[1]).toBe(text);
  });

  it("shows a path as text, never as HTML", () => {
    const { body } = frontDoorPage(403, `/<b>"&$1`);

    expect(Buffer.from(body).toString()).toContain("<code>/&lt;b&gt;&quot;&amp;$1</code>");
  });
});
