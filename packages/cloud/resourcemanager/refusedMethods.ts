import { refused, type RefusedMethod } from "../api/refused.ts";

/** Projects besides the one there is, and policies of organizations. */
export const refusedMethods: readonly RefusedMethod[] = [
  ...refused("google.cloud.resourcemanager.v1.Projects", "/v1/projects", {
    ListProjects: "GET",
    CreateProject: "POST",
    UpdateProject: "PUT /{project}",
    DeleteProject: "DELETE /{project}",
    UndeleteProject: "POST /{project}:undelete",
    GetAncestry: "POST /{project}:getAncestry",
    GetOrgPolicy: "POST /{project}:getOrgPolicy",
    GetEffectiveOrgPolicy: "POST /{project}:getEffectiveOrgPolicy",
    SetOrgPolicy: "POST /{project}:setOrgPolicy",
    ClearOrgPolicy: "POST /{project}:clearOrgPolicy",
    ListOrgPolicies: "POST /{project}:listOrgPolicies",
    ListAvailableOrgPolicyConstraints: "POST /{project}:listAvailableOrgPolicyConstraints",
  }),
  ...refused("google.cloud.resourcemanager.v3.Projects", "/v3/projects", {
    ListProjects: "GET",
    SearchProjects: "GET :search",
    CreateProject: "POST",
    UpdateProject: "PATCH /{project}",
    MoveProject: "POST /{project}:move",
    DeleteProject: "DELETE /{project}",
    UndeleteProject: "POST /{project}:undelete",
  }),
];
