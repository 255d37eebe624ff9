import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { $api, ifMatch } from '@/api/client';
import { rich, t } from '@/shared/i18n/t';
import { type Row, sameRule } from './model';
import type { Preset } from './Presets';
import styles from './presets.module.css';
import { sentenceIn } from './words';

/** The segment that was made from a preset; if its rule is another by now, the way back. */
export function MadeFrom({ preset, made }: { preset: Preset; made: Row }) {
  const cache = useQueryClient();
  const { message, modal } = App.useApp();
  const change = $api.useMutation('patch', '/v1/segments/{id}');
  const differs = !sameRule(made.rule, preset.rule);
  const reset = async () => {
    await change.mutateAsync({
      params: { path: { id: made.id }, header: ifMatch(made.version) },
      body: { rule: preset.rule },
    });
    await cache.invalidateQueries();
    void message.success(t('segments.saved', { name: made.name }));
  };
  const ask = () =>
    void modal.confirm({
      title: t('segments.presets.reset.title', { name: made.name }),
      content: (
        <dl className={styles.rules}>
          <dt>{t('segments.presets.reset.now')}</dt>
          <dd>{sentenceIn(made)}</dd>
          <dt>{t('segments.presets.reset.then')}</dt>
          <dd>{sentenceIn(preset)}</dd>
        </dl>
      ),
      okText: t('segments.presets.reset'),
      onOk: reset,
    });
  return (
    <p className={styles.made}>
      <span>
        {rich(differs ? 'segments.presets.made.changed' : 'segments.presets.made', {
          name: (
            <Link key="name" to="/segments/$id" params={{ id: made.id }}>
              {made.name}
            </Link>
          ),
        })}
      </span>
      {differs && (
        <Button size="small" onClick={ask}>
          {t('segments.presets.reset')}
        </Button>
      )}
    </p>
  );
}
