import { Link } from '@tanstack/react-router';
import { $api } from '@/api/client';
import { rich, t } from '@/shared/i18n/t';
import { Notice } from '@/shared/ui/Plain';
import { madeFrom } from './model';

/** Says which segment was made from a preset before, so that nobody makes a second one unawares. */
export function MadeBefore({ preset }: { preset: string }) {
  const segments = $api.useQuery('get', '/v1/segments', { params: { query: { archived: false } } });
  const made = madeFrom(segments.data?.items ?? [], preset);
  if (!made) return null;
  return (
    <Notice
      tone="info"
      title={rich('segments.presets.madeBefore', {
        name: (
          <Link key="name" to="/segments/$id" params={{ id: made.id }}>
            {made.name}
          </Link>
        ),
      })}
    >
      {t('segments.presets.madeBefore.hint')}
    </Notice>
  );
}
