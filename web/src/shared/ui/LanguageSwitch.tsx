import { TranslationOutlined } from '@ant-design/icons';
import { Button, Dropdown } from 'antd';
import { chooseLanguage, type Language, t, useLanguage } from '@/shared/i18n/t';

/** Each language is named in itself. */
const languages: { key: Language; label: string }[] = [
  { key: 'zh-CN', label: '简体中文' },
  { key: 'en', label: 'English' },
];

export function LanguageSwitch() {
  const language = useLanguage();
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        selectable: true,
        selectedKeys: [language],
        items: languages,
        onClick: ({ key }) => void chooseLanguage(key as Language),
      }}
    >
      <Button type="text" icon={<TranslationOutlined />} aria-label={t('shell.language')} />
    </Dropdown>
  );
}
