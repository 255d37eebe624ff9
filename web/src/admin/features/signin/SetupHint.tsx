import { Link } from '@tanstack/react-router';
import { $api } from '@/api/client';
import { t } from '@/shared/i18n/t';
import { Notice } from '@/shared/ui/Plain';

/** A shop that nobody has set up cannot be signed in to. */
export function SetupHint() {
  const setup = $api.useQuery('get', '/v1/setup', {}, { retry: false });
  if (!setup.data?.open) return null;
  return (
    <Notice tone="info" title={t('signin.setup')}>
      <Link to="/setup">{t('signin.setup.go')}</Link>
    </Notice>
  );
}
