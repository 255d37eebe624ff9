import { App, Button, Popconfirm } from 'antd';
import { $api } from '@/api/client';
import { t, tMaybe } from '@/shared/i18n/t';
import { Panel } from '@/shared/ui/Panel';
import { PersonCell } from '@/shared/ui/PersonCell';
import { TagPill } from '@/shared/ui/TagPill';
import { Comparison } from './Comparison';
import { useMergesChanged } from './changed';
import styles from './merges.module.css';
import type { Suggestion } from './model';

type Props = {
  suggestion: Suggestion;
  open: boolean;
  onToggle: () => void;
  onDecided: () => void;
};

/** Two records that may be one person, why, and the decision. */
export function SuggestionCard({ suggestion, open, onToggle, onDecided }: Props) {
  const { message } = App.useApp();
  const changed = useMergesChanged();
  const dismiss = $api.useMutation('post', '/v1/merges/{id}/dismiss');
  const { a, b, reason, score } = suggestion;

  const notTheSame = async () => {
    await dismiss.mutateAsync({ params: { path: { id: suggestion.id } } });
    onDecided();
    await changed();
    void message.success(t('merges.dismissed'));
  };

  const names = [a, b].map(({ name }) => name || t('merges.nameless')) as [string, string];

  return (
    <Panel flush label={names.join(' ≟ ')}>
      <div className={styles.head}>
        <div className={styles.people}>
          <PersonCell name={names[0]} line={a.phone ?? t('merges.noPhone')} />
          <span className={styles.and} aria-hidden="true">
            ≟
          </span>
          <PersonCell name={names[1]} line={b.phone ?? t('merges.noPhone')} />
        </div>
        <div className={styles.why}>
          <span>{tMaybe(`merges.reason.${reason}`) ?? reason}</span>
          <TagPill tone={score >= 60 ? 'brand' : 'plain'}>{t('merges.score', { score })}</TagPill>
        </div>
        <div className={styles.acts}>
          <Popconfirm
            title={t('merges.dismiss.title')}
            description={t('merges.dismiss.text')}
            okText={t('merges.dismiss')}
            cancelText={t('common.cancel')}
            onConfirm={notTheSame}
          >
            <Button>{t('merges.dismiss')}</Button>
          </Popconfirm>
          <Button aria-expanded={open} onClick={onToggle}>
            {open ? t('merges.collapse') : t('merges.compare')}
          </Button>
        </div>
      </div>
      {open && <Comparison suggestion={suggestion} onMerged={onDecided} />}
    </Panel>
  );
}
