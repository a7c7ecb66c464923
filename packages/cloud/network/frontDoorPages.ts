import type { NetworkReply } from "./network.ts";

/** The page that Google's front end answers with, in place of the service. `path` is shown in it. */
export function frontDoorPage(
  status: 401 | 403 | 404 | 429 | 503 | 504,
  path: string,
): NetworkReply {
  const page = PAGES[status];
  const shown = `<code>${escapeHtml(path)}</code>`;
  const body = `<html><head>
<meta http-equiv="content-type" content="text/html;charset=utf-8">
<title>${page.title}</title>
</head>
<body text=#000000 bgcolor=#ffffff>
<h1>${page.heading}</h1>
<h2>${page.text.replace("PATH", () => shown)}</h2>
<h2></h2>
</body></html>
`;
  return {
    status,
    headers: {
      "content-type": "text/html; charset=UTF-8",
      ...(status === 401 && { "www-authenticate": "Bearer" }),
    },
    body: Buffer.from(body),
  };
}

const PAGES = {
  401: {
    title: "401 Unauthorized",
    heading: "Error: Unauthorized",
    text: "Your client does not have permission to the requested URL PATH.",
  },
  403: {
    title: "403 Forbidden",
    heading: "Error: Forbidden",
    text: "Your client does not have permission to get URL PATH from this server.",
  },
  404: {
    title: "404 Page not found",
    heading: "Error: Page not found",
    text: "The requested URL PATH was not found on this server.",
  },
  429: { title: "429 Too Many Requests", heading: "Rate exceeded.", text: "" },
  503: { title: "503 Service Unavailable", heading: "Error: Service Unavailable", text: "" },
  504: { title: "504 Gateway Timeout", heading: "upstream request timeout", text: "" },
} as const;

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? character);
}
