import { Link } from '@tanstack/react-router';
import type { components } from '@/api/schema.gen';
import { useCan } from '@/api/session';
import { nameIn, t } from '@/shared/i18n/t';
import styles from './segments.module.css';

/** Which fields of the rule cannot be used any more, and what brings them back. */
export function PutAway({ fields = [] }: { fields?: components['schemas']['SegmentPutAway'][] | undefined }) {
  const mayManage = useCan('tags.manage');
  if (fields.length === 0) return null;
  const ofPack = fields.some(({ pack }) => pack);
  return (
    <p className={styles.fault} role="status">
      {t('segments.putAway', {
        names: fields
          .map((field) => t('segments.putAway.name', { name: nameIn(field) }))
          .join(t('segments.putAway.comma')),
      })}
      {ofPack && mayManage && (
        <>
          {' '}
          <Link to="/packs">{t('segments.putAway.packs')}</Link>
        </>
      )}
    </p>
  );
}
