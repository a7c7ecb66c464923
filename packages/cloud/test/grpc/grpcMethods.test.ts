import { connect } from "node:http2";
import { startLocalCloud } from "../../startLocalCloud.ts";
import { grpcFrame, sendGrpc } from "../support/rawGrpc.ts";

const EMULATED = [
  "ListQueues",
  "GetQueue",
  "CreateQueue",
  "UpdateQueue",
  "DeleteQueue",
  "PurgeQueue",
  "PauseQueue",
  "ResumeQueue",
  "GetIamPolicy",
  "SetIamPolicy",
  "TestIamPermissions",
  "ListTasks",
  "GetTask",
  "CreateTask",
  "DeleteTask",
  "RunTask",
];
/** `BufferTask` is of REST only. */
const OTHERS = [
  "BufferTask",
  "BatchCreateTasks",
  "BatchDeleteTasks",
  "GetCmekConfig",
  "UpdateCmekConfig",
];
const UNIMPLEMENTED = "12";

describe.each(["v2", "v2beta3"])("Cloud Tasks %s over gRPC (G 1.1, 1.2)", (version) => {
  it("has the sixteen RPCs of its service, and none but those", async () => {
    await using cloud = await startLocalCloud();
    const session = connect(`http://${cloud.grpcEndpoint}`);
    const isThere = async (rpc: string): Promise<boolean> => {
      const path = `/google.cloud.tasks.${version}.CloudTasks/${rpc}`;
      const { headers } = await sendGrpc(session, [grpcFrame(Buffer.alloc(0))], { ":path": path });
      return headers["grpc-status"] !== UNIMPLEMENTED;
    };

    const found: string[] = [];
    for (const rpc of [...EMULATED, ...OTHERS]) if (await isThere(rpc)) found.push(rpc);
    session.destroy();

    expect(found).toEqual(EMULATED);
  });
});
