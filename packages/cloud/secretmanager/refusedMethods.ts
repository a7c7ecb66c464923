import { refused, type RefusedMethod } from "../api/refused.ts";

/** Rotation, and secrets of one location. */
export const refusedMethods: readonly RefusedMethod[] = [
  ...refused(
    "google.cloud.secretmanager.v1.SecretManagerService",
    "/v1/projects/{project}/secrets/{secret}",
    {
      EnableManagedRotation: "POST :enableManagedRotation",
      RotateSecret: "POST :rotateSecret",
    },
  ),
  ...refused(
    "google.cloud.secretmanager.v1.SecretManagerService",
    "/v1/projects/{project}/locations/{location}/secrets",
    {
      ListSecrets: "GET",
      CreateSecret: "POST",
      AddSecretVersion: "POST /{secret}:addVersion",
      GetSecret: "GET /{secret}",
      UpdateSecret: "PATCH /{secret}",
      DeleteSecret: "DELETE /{secret}",
      ListSecretVersions: "GET /{secret}/versions",
      GetSecretVersion: "GET /{secret}/versions/{version}",
      AccessSecretVersion: "GET /{secret}/versions/{version}:access",
      DisableSecretVersion: "POST /{secret}/versions/{version}:disable",
      EnableSecretVersion: "POST /{secret}/versions/{version}:enable",
      DestroySecretVersion: "POST /{secret}/versions/{version}:destroy",
      SetIamPolicy: "POST /{secret}:setIamPolicy",
      GetIamPolicy: "GET /{secret}:getIamPolicy",
      TestIamPermissions: "POST /{secret}:testIamPermissions",
      EnableManagedRotation: "POST /{secret}:enableManagedRotation",
      RotateSecret: "POST /{secret}:rotateSecret",
    },
  ),
];
