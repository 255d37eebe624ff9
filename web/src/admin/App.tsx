import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { App as AntdApp, ConfigProvider } from 'antd';
import en from 'antd/locale/en_US';
import zh from 'antd/locale/zh_CN';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import { useEffect, useState } from 'react';
import { onSignedOut } from '@/api/client';
import { createCache } from '@/api/query';
import { useLanguage } from '@/shared/i18n/t';
import { antdTheme } from '@/shared/theme/antd';
import { useMode } from '@/shared/theme/mode';
import { router } from './router';

// Vite writes the tag and the server fills it anew for each answer.
const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce;

/** The console: theme, language, server state, pages. */
export function App() {
  const language = useLanguage();
  const mode = useMode();
  useEffect(() => {
    dayjs.locale(language === 'zh-CN' ? 'zh-cn' : 'en');
  }, [language]);

  return (
    <ConfigProvider
      theme={antdTheme(mode)}
      locale={language === 'zh-CN' ? zh : en}
      wave={{ disabled: true }}
      button={{ autoInsertSpace: false }}
      {...(nonce && { csp: { nonce } })}
    >
      <AntdApp>
        <Pages />
      </AntdApp>
    </ConfigProvider>
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
      void router
        .navigate({ to: '/signin', search: { next: href }, replace: true })
        .then(() => cache.clear());
    });
  }, [cache]);

  return (
    <QueryClientProvider client={cache}>
      <RouterProvider key={language} router={router} />
    </QueryClientProvider>
  );
}
