import { settingSecretName, settingVariable } from "../../../tasks/contract/setting.ts";

describe("A setting", () => {
  it.each([
    { name: "smtpUrl", variable: "SMTP_URL", secret: "smtp-url" },
    { name: "token", variable: "TOKEN", secret: "token" },
    { name: "apiURL2", variable: "API_URL2", secret: "api-url2" },
    { name: "s3Bucket", variable: "S3_BUCKET", secret: "s3-bucket" },
  ])("called '$name' is the variable '$variable' and the secret '$secret'", (one) => {
    expect([settingVariable(one.name), settingSecretName(one.name)]).toEqual([
      one.variable,
      one.secret,
    ]);
  });
});
