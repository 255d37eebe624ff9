import { Link } from '@tanstack/react-router';
import { Alert } from 'antd';
import { $api } from '@/api/client';
import { t } from '@/shared/i18n/t';

/** A shop that nobody has set up cannot be signed in to. */
export function SetupHint() {
  const setup = $api.useQuery('get', '/v1/setup', {}, { retry: false });
  if (!setup.data?.open) return null;
  return (
    <Alert
      type="info"
      showIcon
      title={t('signin.setup')}
      description={<Link to="/setup">{t('signin.setup.go')}</Link>}
    />
  );
}
