import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { onDue, onSignedOut } from '@/api/client';
import { createCache } from '@/api/query';
import { sessionQuery } from '@/api/session';
import { useLanguage } from '@/shared/i18n/t';
import { say } from '@/shared/say';
import { router } from './router';

/** The console: server state and pages. What dresses the pages comes with them. */
export function App() {
  const language = useLanguage();
  const [cache] = useState(() => createCache(say));

  useEffect(() => {
    onSignedOut(() => {
      const { pathname, href } = router.state.location;
      if (pathname === '/signin' || pathname === '/setup') return;
      const signIn = router.navigate({ to: '/signin', search: { next: href }, replace: true });
      void signIn.then(() => cache.clear());
    });
    // The shell leads to what is due once the session says it.
    onDue(() => void cache.invalidateQueries({ queryKey: sessionQuery.queryKey }));
  }, [cache]);

  return (
    <QueryClientProvider client={cache}>
      {/* Strings are read while drawing, so another language draws everything anew. */}
      <RouterProvider key={language} router={router} />
    </QueryClientProvider>
  );
}
