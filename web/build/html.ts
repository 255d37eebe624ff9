import type { Plugin } from 'vite';
import { themeCss } from '../src/shared/theme/css.ts';

/** Writes the theme's custom properties into the page, so that the skeleton has its colours before any file arrives. */
export function themeInHtml(): Plugin {
  return {
    name: 'shuke:theme',
    transformIndexHtml: () => [{ tag: 'style', children: themeCss(), injectTo: 'head' }],
  };
}

/** In development the pages live at `/`, as they do behind the Go server, while files keep their base. */
export function pagesAtRoot(base: string, server: RegExp): Plugin {
  const page = (url: string) => !url.startsWith(base) && !url.startsWith('/@') && !server.test(url);
  const rewrite = (index: string) => (request: { url?: string }, _response: unknown, next: () => void) => {
    if (request.url && page(request.url)) request.url = index;
    next();
  };
  return {
    name: 'shuke:pages',
    configureServer(dev) {
      dev.middlewares.use(rewrite(`${base}index.html`));
    },
    configurePreviewServer(preview) {
      preview.middlewares.use(rewrite(`${base}index.html`));
    },
  };
}
