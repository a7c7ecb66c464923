import { canonicalMember } from "../iamMember.ts";

describe("canonicalMember", () => {
  it.each([
    { member: "user:Ada@Example.com", same: "user:ada@example.com" },
    {
      member: "serviceAccount:X@P.iam.gserviceaccount.com",
      same: "serviceAccount:x@p.iam.gserviceaccount.com",
    },
    { member: "group:Ops@example.com", same: "group:ops@example.com" },
    { member: "domain:Example.com", same: "domain:example.com" },
    { member: "deleted:user:Ada@example.com?uid=1", same: "deleted:user:ada@example.com?uid=1" },
    { member: "serviceaccount:X@p", same: "serviceaccount:X@p" },
    { member: "AllUsers", same: "AllUsers" },
    { member: "allUsers", same: "allUsers" },
    { member: "principal://iam.example/subject/Ada", same: "principal://iam.example/subject/Ada" },
  ])("$member is $same", ({ member, same }) => {
    expect(canonicalMember(member)).toBe(same);
  });
});
