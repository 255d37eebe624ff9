import { chooseLanguage, t, useLanguage } from '@/shared/i18n/t';
import { type ModeChoice, setModeChoice, useModeChoice } from '@/shared/theme/mode';
import { PlainButton } from './Plain';

const next: Record<ModeChoice, ModeChoice> = { system: 'light', light: 'dark', dark: 'system' };

/** Language and look before somebody has signed in. Each press goes to the next one. */
export function DoorTools() {
  const language = useLanguage();
  const choice = useModeChoice();
  const other = language === 'zh-CN' ? ('en' as const) : ('zh-CN' as const);
  return (
    <>
      <PlainButton look="text" lang={other} onClick={() => void chooseLanguage(other)}>
        {other === 'en' ? 'English' : '简体中文'}
      </PlainButton>
      <PlainButton
        look="text"
        title={t(`shell.mode.${next[choice]}`)}
        onClick={() => setModeChoice(next[choice])}
      >
        <span className="visually-hidden">{t('shell.mode')}</span>
        {t(`shell.mode.${choice}`)}
      </PlainButton>
    </>
  );
}
