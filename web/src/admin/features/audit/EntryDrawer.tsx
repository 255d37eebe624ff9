import { Button, Drawer } from 'antd';
import type { ReactNode } from 'react';
import { dateTime } from '@/shared/format';
import { t, tMaybe } from '@/shared/i18n/t';
import { roleName } from '@/shared/role';
import { useShopNames } from '@/shared/ui/ShopSelect';
import styles from './audit.module.css';
import { Diff } from './Diff';
import type { Entry, Filters } from './model';
import { Subject } from './Subject';
import { actionName } from './words';

type Props = {
  entry: Entry | undefined;
  onClose: () => void;
  /** Shows other entries of the same person, thing or act. */
  onFilter: (change: Partial<Filters>) => void;
};

/** Everything the log holds about one act. */
export function EntryDrawer({ entry, onClose, onFilter }: Props) {
  return (
    <Drawer open={entry !== undefined} onClose={onClose} title={t('audit.entry')} size={520} destroyOnHidden>
      {entry && <Detail entry={entry} onFilter={onFilter} />}
    </Drawer>
  );
}

function Detail({ entry, onFilter }: { entry: Entry; onFilter: Props['onFilter'] }) {
  const shopNames = useShopNames();
  const facts: [string, ReactNode][] = [
    [t('audit.at'), dateTime(entry.at)],
    [t('audit.actor'), `${entry.actor || t('audit.actor.nobody')} · ${roleName(entry.role)}`],
    [t('audit.touchpoint'), tMaybe(`audit.touchpoint.${entry.touchpoint}`) ?? entry.touchpoint],
  ];
  if (entry.reason) facts.push([t('audit.reason'), entry.reason]);
  if (entry.subject) facts.push([t('audit.subject'), <Subject key="subject" subject={entry.subject} full />]);
  if (entry.shop_id) facts.push([t('audit.shop'), shopNames([entry.shop_id])[0]]);
  if (entry.ip) facts.push([t('audit.ip'), entry.ip]);
  if (entry.request_id) facts.push([t('audit.request'), <code key="request">{entry.request_id}</code>]);
  facts.push([t('audit.hash'), <code key="hash">{`#${entry.seq} ${entry.hash}`}</code>]);

  const { staff_id, subject, action } = entry;
  return (
    <>
      <h2 className={styles.title}>{actionName(action)}</h2>
      {(entry.before !== undefined || entry.after !== undefined) && (
        <div className={styles.box}>
          <Diff before={entry.before} after={entry.after} />
        </div>
      )}
      <dl className={styles.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <div className={styles.ways}>
        {subject && (
          <Button size="small" onClick={() => onFilter({ subject })}>
            {t('audit.sameSubject')}
          </Button>
        )}
        {staff_id && (
          <Button size="small" onClick={() => onFilter({ staff_id })}>
            {t('audit.sameActor')}
          </Button>
        )}
        <Button size="small" onClick={() => onFilter({ action })}>
          {t('audit.sameAction')}
        </Button>
      </div>
    </>
  );
}
