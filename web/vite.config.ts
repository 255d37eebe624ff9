import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { refuseCircles } from './build/circles.ts';
import { compress } from './build/compress.ts';
import { pagesAtRoot, themeInHtml } from './build/html.ts';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** What the Go server answers itself. */
const server = /^\/(v1\/|openapi\.json|healthz|metrics)/;
const proxy = { [server.source]: { target: process.env.SHUKE_URL ?? 'http://127.0.0.1:8420' } };

/** One build per mode: each face of Shuke has its own base, targets and output folder. */
const modes = {
  admin: {
    base: '/_a/',
    target: ['es2022', 'chrome111', 'safari16.4'],
    outDir: path('../internal/webui/dist/admin'),
  },
};

export default defineConfig(({ mode }) => {
  const { base, target, outDir } = modes[mode as keyof typeof modes] ?? modes.admin;
  return {
    base,
    plugins: [react(), themeInHtml(), pagesAtRoot(base, server), refuseCircles(), compress()],
    resolve: { alias: { '@': path('./src') } },
    html: { cspNonce: '__NONCE__' },
    server: { port: 5173, proxy },
    preview: { port: 4173, proxy },
    build: {
      target,
      outDir,
      emptyOutDir: true,
      manifest: true,
      license: { fileName: 'licenses.md' },
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      // What most pages need of antd is this large; all else is smaller.
      chunkSizeWarningLimit: 700,
      rolldownOptions: {
        output: {
          codeSplitting: {
            groups: [
              // What every page needs; sign-in needs no more.
              {
                name: 'start',
                test: /node_modules[\\/](react|react-dom|scheduler|@tanstack|openapi-.*)[\\/]/,
              },
              { name: 'icons', test: /@ant-design[\\/]icons/ },
              { name: 'charts', test: /node_modules[\\/](echarts|zrender)/ },
              // What most pages need. All else is split by the pages that use it. A group may only hold modules together
              // with all they import, as these do: otherwise chunks come to import each other.
              { name: 'antd', test: /node_modules/, minShareCount: 16 },
            ],
          },
        },
      },
    },
  };
});
