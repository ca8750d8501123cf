/** SFTP servers that say what no honest one would: they are named by tenants, and must harm nobody else. */
import type { AddressInfo } from "node:net";
import ssh2, { type SFTPWrapper } from "ssh2";
import { expect, onTestFinished, test } from "vitest";
import { openSftpStore } from "../../../server/src/platforms/files/sftp-store.ts";
import { makeHostKey } from "./sftp-server.ts";

const { STATUS_CODE } = ssh2.utils.sftp;
const handle = Buffer.from("h");
const plainFile = { mode: 0o100644, uid: 0, gid: 0, atime: 0, mtime: 0 };

/** A server that lets anybody in and then says what it likes. */
async function open(
  speak: (sftp: SFTPWrapper) => void,
  of: { timeoutMs?: number; bytesMax?: number; refusesSftp?: boolean } = {},
) {
  const key = makeHostKey();
  const server = new ssh2.Server({ hostKeys: [key.secret] }, (client) => {
    client.on("error", () => {});
    client.on("authentication", (context) => context.accept());
    client.on("ready", () =>
      client.on("session", (accept) => {
        const session = accept();
        // Left without an answer, for ever.
        if (of.refusesSftp) session.on("sftp", () => {});
        else session.on("sftp", (begin) => speak(begin()));
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const target = { kind: "sftp" as const, host: "127.0.0.1", port, user: "u", password: "p" };
  const store = await openSftpStore({ ...target, folder: "", hostKey: key.shown }, ["127.0.0.1"], {
    timeoutMs: of.timeoutMs ?? 60_000,
    ...(of.bytesMax !== undefined && { bytesMax: of.bytesMax }),
  });
  onTestFinished(() => store.close());
  return store;
}

test("a file that is told to be small, and then to be without end, takes no room for that", async () => {
  const store = await open((sftp) => {
    sftp.on("STAT", (id) => sftp.attrs(id, { ...plainFile, size: 10 }));
    sftp.on("FSTAT", (id) => sftp.attrs(id, { ...plainFile, size: 2 ** 52 }));
    sftp.on("OPEN", (id) => sftp.handle(id, handle));
    sftp.on("READ", (id, _, offset) =>
      offset === 0 ? sftp.data(id, Buffer.from("ten bytes!")) : sftp.status(id, STATUS_CODE.EOF),
    );
    sftp.on("CLOSE", (id) => sftp.status(id, STATUS_CODE.OK));
  });
  expect((await store.read("feed.json"))?.toString()).toBe("ten bytes!");
});

test("a file that never ends is given up when it is larger than any of ours", async () => {
  const bytesMax = 300_000;
  let given = 0;
  const store = await open(
    (sftp) => {
      sftp.on("STAT", (id) => sftp.attrs(id, { ...plainFile, size: 10 }));
      sftp.on("FSTAT", (id) => sftp.attrs(id, { ...plainFile, size: 0 }));
      sftp.on("OPEN", (id) => sftp.handle(id, handle));
      sftp.on("READ", (id, _, __, length) => {
        given += length;
        sftp.data(id, Buffer.alloc(length));
      });
      sftp.on("CLOSE", (id) => sftp.status(id, STATUS_CODE.OK));
    },
    { bytesMax },
  );
  await expect(store.read("feed.json")).rejects.toMatchObject({ kind: "temporary" });
  expect(given).toBeLessThan(4 * bytesMax);
}, 60_000);

test("a folder that never ends is read to a bound", async () => {
  let told = 0;
  const store = await open((sftp) => {
    sftp.on("OPENDIR", (id) => sftp.handle(id, handle));
    sftp.on("READDIR", (id) => {
      const names = Array.from({ length: 500 }, () => {
        told += 1;
        const filename = `f${told}`;
        return { filename, longname: filename, attrs: { ...plainFile, size: 1 } };
      });
      sftp.name(id, names);
    });
    sftp.on("CLOSE", (id) => sftp.status(id, STATUS_CODE.OK));
  });
  expect(await store.list("")).toHaveLength(20_000);
  expect(told).toBeLessThan(30_000);
}, 60_000);

test("a server that never begins with SFTP is given up", async () => {
  await expect(open(() => {}, { timeoutMs: 300, refusesSftp: true })).rejects.toMatchObject({
    kind: "temporary",
  });
});
