import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const worthwhile = new Set(['.js', '.css', '.svg', '.json', '.txt', '.md']);
const smallestBytes = 1024;

/** Writes a .br and a .gz beside every larger text file, so that the server compresses nothing. */
export function compress(): Plugin {
  let dist = '';
  return {
    name: 'shuke:compress',
    apply: 'build',
    configResolved(config) {
      dist = config.build.outDir;
    },
    async closeBundle() {
      const names = await readdir(dist, { recursive: true });
      await Promise.all(
        names.filter((name) => worthwhile.has(extname(name))).map((name) => squeeze(join(dist, name))),
      );
    },
  };
}

async function squeeze(path: string): Promise<void> {
  if ((await stat(path)).size < smallestBytes) return;
  const raw = await readFile(path);
  await writeFile(`${path}.br`, await promisify(brotliCompress)(raw));
  await writeFile(`${path}.gz`, await promisify(gzip)(raw, { level: 9 }));
}
