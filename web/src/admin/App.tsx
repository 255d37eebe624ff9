import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { App as AntdApp } from 'antd';
import { useEffect, useState } from 'react';
import { onSignedOut } from '@/api/client';
import { createCache } from '@/api/query';
import { useLanguage } from '@/shared/i18n/t';
import { Look } from '@/shared/theme/Look';
import { router } from './router';

/** The console: look, server state, pages. */
export function App() {
  return (
    <Look>
      <Pages />
    </Look>
  );
}

function Pages() {
  const language = useLanguage();
  const { message } = AntdApp.useApp();
  const [cache] = useState(() => createCache((text) => void message.error(text)));

  useEffect(() => {
    onSignedOut(() => {
      const { pathname, href } = router.state.location;
      if (pathname === '/signin' || pathname === '/setup') return;
      const signIn = router.navigate({ to: '/signin', search: { next: href }, replace: true });
      void signIn.then(() => cache.clear());
    });
  }, [cache]);

  return (
    <QueryClientProvider client={cache}>
      {/* Strings are read while drawing, so another language draws everything anew. */}
      <RouterProvider key={language} router={router} />
    </QueryClientProvider>
  );
}
