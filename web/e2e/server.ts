import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const readyWithinMs = 60_000;
const stopWithinMs = 5_000;
/** Fewer than a demo has, as every file of tests waits for its own. */
const demoCustomers = 2000;

export type Server = {
  url: string;
  /** What it has printed so far: the address of the set-up, the ways to sign in. */
  output: () => string;
  stop: () => Promise<void>;
};

/** Starts the binary on a free port with a database of its own: empty (`serve`) or with the demo's shop (`demo`). */
export async function startServer(command: 'serve' | 'demo'): Promise<Server> {
  const binary = process.env.SHUKE_BIN;
  if (!binary) throw new Error('SHUKE_BIN must name the binary; make build builds it.');
  const folder = await mkdtemp(join(tmpdir(), 'shuke-e2e-'));
  const address = `127.0.0.1:${await freePort()}`;
  const size = command === 'demo' ? ['--customers', String(demoCustomers)] : [];
  const child = spawn(binary, [command, '--db', join(folder, 'shuke.db'), '--listen', address, ...size], {
    cwd: folder,
  });

  let output = '';
  const keep = (text: Buffer) => {
    output += text.toString();
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);

  const stop = async () => {
    await end(child);
    await rm(folder, { recursive: true, force: true });
  };
  const url = `http://${address}`;
  try {
    await untilReady(url, child);
  } catch (error) {
    await stop();
    throw new Error(`shuke ${command} did not get ready:\n${output}`, { cause: error });
  }
  return { url, output: () => output, stop };
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + readyWithinMs;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`it ended with status ${child.exitCode}`);
    const answer = await fetch(`${url}/healthz`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(100);
  }
  throw new Error(`/healthz did not answer within ${readyWithinMs} ms`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
  await ended;
  clearTimeout(late);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
