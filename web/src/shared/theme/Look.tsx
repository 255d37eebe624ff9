import { App, ConfigProvider } from 'antd';
import en from 'antd/locale/en_US';
import zh from 'antd/locale/zh_CN';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import { type ReactNode, useEffect } from 'react';
import { useLanguage } from '@/shared/i18n/t';
import { sayBy } from '@/shared/say';
import { antdTheme } from './antd';
import { useMode } from './mode';
import { nonce } from './nonce';

/** Gives antd the theme, the language and the nonce for its style elements. */
export function Look({ children }: { children: ReactNode }) {
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
      <App>
        <Speaker />
        {children}
      </App>
    </ConfigProvider>
  );
}

/** Tells in a passing message what went wrong elsewhere. */
function Speaker() {
  const { message } = App.useApp();
  useEffect(() => sayBy((text) => void message.error(text)), [message]);
  return null;
}
