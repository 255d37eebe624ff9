import type { Plugin } from 'vite';

/**
 * Fails the build when chunks import each other in a circle: whichever of them runs first finds what it needs from
 * the others not yet there, and no page that loads one of them starts.
 */
export function refuseCircles(): Plugin {
  return {
    name: 'shuke:circles',
    apply: 'build',
    generateBundle(_options, bundle) {
      const imports = new Map<string, string[]>();
      for (const file of Object.values(bundle))
        if (file.type === 'chunk') imports.set(file.fileName, file.imports);
      const circle = findCircle(imports);
      if (circle) this.error(`chunks import each other in a circle: ${circle.join(' → ')}`);
    },
  };
}

/** One circle of imports, its first chunk again at its end; undefined when there is none. */
export function findCircle(imports: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const cleared = new Set<string>();
  const visit = (chunk: string, path: string[]): string[] | undefined => {
    const start = path.indexOf(chunk);
    if (start >= 0) return [...path.slice(start), chunk];
    if (cleared.has(chunk)) return undefined;
    for (const next of imports.get(chunk) ?? []) {
      const circle = visit(next, [...path, chunk]);
      if (circle) return circle;
    }
    cleared.add(chunk);
    return undefined;
  };
  for (const chunk of imports.keys()) {
    const circle = visit(chunk, []);
    if (circle) return circle;
  }
  return undefined;
}
