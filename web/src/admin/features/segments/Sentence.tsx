import { Button, Input, Segmented } from 'antd';
import { useState } from 'react';
import { currentLanguage, t } from '@/shared/i18n/t';
import { Panel } from '@/shared/ui/Panel';
import type { Rule } from './model';
import styles from './segments.module.css';
import { useParse } from './useParse';

type Props = {
  sentence: string | undefined;
  english: string | undefined;
  onRule: (rule: Rule) => void;
};

const languages = ['zh', 'en'] as const;

/** The rule as a sentence; one that is typed becomes the tree. */
export function Sentence({ sentence, english, onRule }: Props) {
  const [language, setLanguage] = useState<(typeof languages)[number]>(
    currentLanguage() === 'en' ? 'en' : 'zh',
  );
  const [typed, setTyped] = useState<string>();
  const parse = useParse();
  const shown = (language === 'zh' ? sentence : english) ?? '';
  const read = async () => {
    const rule = await parse.read(typed ?? '', language);
    if (!rule) return;
    setTyped(undefined);
    onRule(rule);
  };
  return (
    <Panel
      title={t('segments.sentence')}
      note={t('segments.sentence.note')}
      extra={
        <Segmented
          size="small"
          aria-label={t('segments.sentence.language')}
          value={language}
          options={languages.map((value) => ({ value, label: t(`segments.sentence.${value}`) }))}
          onChange={(next) => {
            setLanguage(next);
            setTyped(undefined);
            parse.reset();
          }}
        />
      }
    >
      <Input.TextArea
        aria-label={t('segments.sentence')}
        className={styles.sentence ?? ''}
        autoSize={{ minRows: 2, maxRows: 10 }}
        maxLength={4000}
        status={parse.fault ? 'error' : ''}
        placeholder={t('segments.sentence.hint')}
        value={typed ?? shown}
        onChange={({ target }) => {
          setTyped(target.value);
          parse.reset();
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) void read();
        }}
      />
      {parse.fault && (
        <p className={styles.fault} role="alert">
          {parse.fault}
        </p>
      )}
      {typed !== undefined && (
        <div className={styles.sentenceTools}>
          <Button type="primary" size="small" loading={parse.waiting} onClick={() => void read()}>
            {t('segments.sentence.read')}
          </Button>
          <Button
            size="small"
            onClick={() => {
              setTyped(undefined);
              parse.reset();
            }}
          >
            {t('common.cancel')}
          </Button>
        </div>
      )}
    </Panel>
  );
}
