import { useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useState } from 'react';
import { $api, ifMatch } from '@/api/client';
import { useCan } from '@/api/session';
import { count, listed } from '@/shared/format';
import { nameIn, t } from '@/shared/i18n/t';
import { ConfirmDanger } from '@/shared/ui/ConfirmDanger';
import { CardsSkeleton } from '@/shared/ui/Loading';
import { Page } from '@/shared/ui/Page';
import { QueryState } from '@/shared/ui/QueryState';
import { AdoptThresholds } from './AdoptThresholds';
import { inUseFirst, usedBy } from './model';
import { type Pack, PackCard } from './PackCard';
import styles from './packs.module.css';

/** The packs of trades: what each brings, and its switch. */
export function PacksPage() {
  const packs = $api.useQuery('get', '/v1/attribute_packs');
  const presets = $api.useQuery('get', '/v1/segments/pack_presets');
  const trades = $api.useQuery('get', '/v1/rfm/packs');
  const segments = $api.useQuery('get', '/v1/segments');
  const mayManage = useCan('tags.manage');
  const mayAdopt = useCan('segments.manage');
  const cache = useQueryClient();
  const { message } = App.useApp();
  const enable = $api.useMutation('post', '/v1/attribute_packs/{code}/enable');
  const disable = $api.useMutation('post', '/v1/attribute_packs/{code}/disable');
  const adopt = $api.useMutation('post', '/v1/rfm/packs/{code}/adopt', { meta: { quiet: true } });
  const [asking, setAsking] = useState<Pack>();
  const [leaving, setLeaving] = useState<Pack>();
  const tradeOf = (pack: Pack | undefined) => trades.data?.items.find((one) => one.pack === pack?.code);
  const asked = tradeOf(asking);
  const offers = (pack: Pack) => mayAdopt && tradeOf(pack)?.offered;
  const hit = leaving ? usedBy(segments.data?.items ?? [], leaving) : [];

  const turn = async (pack: Pack, on: boolean, also?: () => Promise<unknown>) => {
    await (on ? enable : disable).mutateAsync({ params: { path: { code: pack.code } } });
    await also?.();
    await cache.invalidateQueries();
    void message.success(t(on ? 'packs.switchedOn' : 'packs.switchedOff', { name: nameIn(pack) }));
  };
  const decide = async (pack: Pack, adopting: boolean) => {
    const put = () =>
      adopt.mutateAsync({
        params: { path: { code: pack.code }, header: ifMatch(trades.data?.settings.version ?? 0) },
      });
    if (!pack.enabled) return turn(pack, true, adopting ? put : undefined);
    await put();
    await cache.invalidateQueries();
    void message.success(t('rfm.thresholds.adopted'));
  };

  return (
    <Page title={t('packs.title')} lead={t('packs.lead')}>
      <QueryState query={packs} skeleton={<CardsSkeleton cards={4} />}>
        {({ items }) => (
          <div className={styles.cards}>
            {inUseFirst(items).map((pack) => (
              <PackCard
                key={pack.code}
                pack={pack}
                presets={(presets.data?.items ?? []).filter((preset) => preset.pack === pack.code)}
                mayManage={mayManage}
                waiting={
                  (enable.isPending && enable.variables.params.path.code === pack.code) ||
                  (disable.isPending && disable.variables.params.path.code === pack.code)
                }
                trade={tradeOf(pack)}
                onAdopt={pack.enabled && offers(pack) ? () => setAsking(pack) : undefined}
                onSwitch={(on) => {
                  if (!on) setLeaving(pack);
                  else if (offers(pack)) setAsking(pack);
                  else void turn(pack, true);
                }}
              />
            ))}
          </div>
        )}
      </QueryState>
      {asking && asked && trades.data && (
        <AdoptThresholds
          pack={asking}
          trade={asked}
          all={trades.data}
          onConfirm={(adopting) => decide(asking, adopting)}
          onClose={() => setAsking(undefined)}
        />
      )}
      <ConfirmDanger
        open={leaving !== undefined}
        title={t('packs.off.title', { name: leaving ? nameIn(leaving) : '' })}
        action={t('packs.off.action')}
        onConfirm={() => (leaving ? turn(leaving, false) : Promise.resolve())}
        onClose={() => setLeaving(undefined)}
      >
        {leaving && (
          <ul className={styles.effects}>
            <li>{t('packs.off.hidden', { count: leaving.attributes.length, tags: leaving.tags.length })}</li>
            {tradeOf(leaving)?.in_force && <li>{t('packs.off.thresholds')}</li>}
            {leaving.kept > 0 && <li>{t('packs.off.kept', { count: count(leaving.kept) })}</li>}
            <li>
              {hit.length > 0
                ? t('packs.off.segments', {
                    count: hit.length,
                    names: listed(hit.map(({ name }) => name)),
                  })
                : t('packs.off.noSegments')}
            </li>
          </ul>
        )}
      </ConfirmDanger>
    </Page>
  );
}
