// Logs out: what main.mjs left is taken away.
import { rmSync } from "node:fs";

rmSync(process.env.STATE_credentials, { force: true });
try {
  process.kill(Number(process.env.STATE_providers));
} catch {
  // They have ended.
}
