import { Link } from '@tanstack/react-router';
import { rich, t } from '@/shared/i18n/t';
import { Panel } from '@/shared/ui/Panel';
import styles from './apiref.module.css';

const topics = ['errors', 'repeat', 'pages', 'versions', 'money', 'limits'] as const;

/** What holds for every operation. */
export function Basics({ version }: { version: string }) {
  const origin = window.location.origin;
  return (
    <Panel title={t('apiref.basics')} note={t('apiref.version', { version })}>
      <div className={styles.basics}>
        <section>
          <h3 className={styles.subtitle}>{t('apiref.basics.key')}</h3>
          <p>{rich('apiref.basics.key.text', { keys: <Link to="/api-keys">{t('apikeys.title')}</Link> })}</p>
          <div className={styles.code}>
            <pre>{`export SHUKE_API_KEY=sk_…\ncurl ${origin}/v1/session \\\n  -H "Authorization: Bearer $SHUKE_API_KEY"`}</pre>
          </div>
        </section>
        {topics.map((topic) => (
          <section key={topic}>
            <h3 className={styles.subtitle}>{t(`apiref.basics.${topic}`)}</h3>
            <p>{t(`apiref.basics.${topic}.text`)}</p>
          </section>
        ))}
        <p>
          <a href="/openapi.json">{t('apiref.document')}</a>
        </p>
      </div>
    </Panel>
  );
}
