import { createHash } from "node:crypto";
import fs from "node:fs";
import type { AddressInfo } from "node:net";
import path from "node:path";
import ssh2, { type AuthContext, type Connection, type SFTPWrapper } from "ssh2";

const { STATUS_CODE, OPEN_MODE } = ssh2.utils.sftp;

export interface RunningSftp {
  readonly port: number;
  /** As OpenSSH prints it. */
  readonly hostKey: string;
  close(): Promise<void>;
}

/** ssh2's own server over a folder of this machine, on loopback, for one user. */
export async function startSftp(
  root: string,
  of: { user: string; password: string },
): Promise<RunningSftp> {
  const key = makeHostKey();
  const clients = new Set<Connection>();
  const server = new ssh2.Server({ hostKeys: [key.secret] }, (client) => {
    clients.add(client);
    // As OpenSSH's server does. Its types leave the method out.
    (client as Connection & { setNoDelay(on: boolean): void }).setNoDelay(true);
    client.on("error", () => {});
    client.on("close", () => clients.delete(client));
    client.on("authentication", (context: AuthContext) => {
      const right = context.method === "password" && context.username === of.user;
      if (right && context.password === of.password) context.accept();
      else context.reject(["password"]);
    });
    client.on("ready", () =>
      client.on("session", (accept) => accept().on("sftp", (begin) => speak(begin(), root))),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    hostKey: key.shown,
    close: () =>
      new Promise((resolve) => {
        for (const client of clients) client.end();
        server.close(() => resolve());
      }),
  };
}

/**
 * What a server signs with, and its hash as OpenSSH prints it. ECDSA, because ssh2 cannot read about one in 270 of the
 * Ed25519 keys that it makes (counted over 3,000); of 6,000 of these it read all.
 */
export function makeHostKey(): { readonly secret: string; readonly shown: string } {
  const key = ssh2.utils.generateKeyPairSync("ecdsa", { bits: 256 });
  const parsed = ssh2.utils.parseKey(key.public);
  if (parsed instanceof Error) throw parsed;
  const hash = createHash("sha256").update(parsed.getPublicSSH()).digest("base64");
  return { secret: key.private, shown: `SHA256:${hash.replace(/=+$/, "")}` };
}

type Handle = { file: number } | { folder: string; told: boolean };

function speak(sftp: SFTPWrapper, root: string): void {
  const handles = new Map<number, Handle>();
  let next = 1;
  const at = (given: string) => path.join(root, path.posix.normalize(`/${given}`));
  const handleOf = (id: Buffer) => handles.get(id.readUInt32BE(0));
  const give = (reqId: number, handle: Handle) => {
    const id = Buffer.alloc(4);
    id.writeUInt32BE(next, 0);
    handles.set(next, handle);
    next += 1;
    sftp.handle(reqId, id);
  };
  const attempt = (reqId: number, act: () => void) => {
    try {
      act();
    } catch (error) {
      const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
      sftp.status(reqId, missing ? STATUS_CODE.NO_SUCH_FILE : STATUS_CODE.FAILURE);
    }
  };
  const done = (reqId: number, act: () => void) =>
    attempt(reqId, () => {
      act();
      sftp.status(reqId, STATUS_CODE.OK);
    });
  const attrsOf = (file: string) => {
    const { mode, uid, gid, size, atimeMs, mtimeMs } = fs.statSync(file);
    return { mode, uid, gid, size, atime: atimeMs / 1_000, mtime: mtimeMs / 1_000 };
  };
  sftp.on("OPEN", (reqId, name, flags) =>
    attempt(reqId, () =>
      give(reqId, { file: fs.openSync(at(name), flags & OPEN_MODE.WRITE ? "w" : "r") }),
    ),
  );
  sftp.on("WRITE", (reqId, id, offset, data) =>
    done(reqId, () => {
      const handle = handleOf(id);
      if (handle && "file" in handle) fs.writeSync(handle.file, data, 0, data.length, offset);
    }),
  );
  sftp.on("READ", (reqId, id, offset, length) =>
    attempt(reqId, () => {
      const handle = handleOf(id);
      const bytes = Buffer.alloc(length);
      const read =
        handle && "file" in handle ? fs.readSync(handle.file, bytes, 0, length, offset) : 0;
      if (read === 0) sftp.status(reqId, STATUS_CODE.EOF);
      else sftp.data(reqId, bytes.subarray(0, read));
    }),
  );
  sftp.on("CLOSE", (reqId, id) =>
    done(reqId, () => {
      const handle = handleOf(id);
      if (handle && "file" in handle) fs.closeSync(handle.file);
      handles.delete(id.readUInt32BE(0));
    }),
  );
  const stat = (reqId: number, name: string) =>
    attempt(reqId, () => sftp.attrs(reqId, attrsOf(at(name))));
  sftp.on("STAT", stat);
  sftp.on("LSTAT", stat);
  sftp.on("FSTAT", (reqId, id) =>
    attempt(reqId, () => {
      const handle = handleOf(id);
      if (!handle || !("file" in handle)) throw new Error("no file");
      const { mode, uid, gid, size, atimeMs, mtimeMs } = fs.fstatSync(handle.file);
      sftp.attrs(reqId, { mode, uid, gid, size, atime: atimeMs / 1_000, mtime: mtimeMs / 1_000 });
    }),
  );
  sftp.on("FSETSTAT", (reqId) => sftp.status(reqId, STATUS_CODE.OK));
  sftp.on("SETSTAT", (reqId) => sftp.status(reqId, STATUS_CODE.OK));
  sftp.on("OPENDIR", (reqId, name) =>
    attempt(reqId, () => {
      fs.readdirSync(at(name));
      give(reqId, { folder: at(name), told: false });
    }),
  );
  sftp.on("READDIR", (reqId, id) =>
    attempt(reqId, () => {
      const handle = handleOf(id);
      if (!handle || !("folder" in handle) || handle.told) {
        sftp.status(reqId, STATUS_CODE.EOF);
        return;
      }
      handle.told = true;
      const names = fs.readdirSync(handle.folder).map((filename) => {
        return { filename, longname: filename, attrs: attrsOf(path.join(handle.folder, filename)) };
      });
      sftp.name(reqId, names);
    }),
  );
  sftp.on("MKDIR", (reqId, name) => done(reqId, () => fs.mkdirSync(at(name))));
  sftp.on("REMOVE", (reqId, name) => done(reqId, () => fs.unlinkSync(at(name))));
  sftp.on("RENAME", (reqId, from, to) =>
    done(reqId, () => {
      // As the protocol has it: never over a file that is there.
      if (fs.existsSync(at(to))) throw new Error("taken");
      fs.renameSync(at(from), at(to));
    }),
  );
}
