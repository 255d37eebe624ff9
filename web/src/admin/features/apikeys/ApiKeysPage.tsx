import { PlusOutlined } from '@ant-design/icons';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { $api, inPages } from '@/api/client';
import { useCan } from '@/api/session';
import { rich, t } from '@/shared/i18n/t';
import { DataTable } from '@/shared/ui/DataTable';
import { EmptyState } from '@/shared/ui/EmptyState';
import { Page } from '@/shared/ui/Page';
import { Panel } from '@/shared/ui/Panel';
import { useShopNames } from '@/shared/ui/ShopSelect';
import { keyColumns } from './columns';
import type { ApiKey } from './model';
import { NewKeyForm } from './NewKeyForm';
import { RevokeKey } from './RevokeKey';
import { Secret } from './Secret';

export function ApiKeysPage() {
  const [creating, setCreating] = useState(false);
  const [secret, setSecret] = useState<{ name: string; text: string }>();
  const [revoking, setRevoking] = useState<ApiKey>();
  const shopNames = useShopNames();
  const mayManage = useCan('keys.manage');
  const query = $api.useInfiniteQuery('get', '/v1/api_keys', {}, inPages);
  const keys = query.data?.pages.flatMap((page) => page.items) ?? [];

  const create = mayManage && (
    <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setCreating(true)}>
      {t('apikeys.create')}
    </Button>
  );
  const reference = <Link to="/api-reference">{t('apiref.title')}</Link>;
  return (
    <Page title={t('apikeys.title')} lead={rich('apikeys.intro', { reference })} actions={create}>
      <Panel flush>
        <DataTable
          label={t('apikeys.title')}
          columns={keyColumns(shopNames, setRevoking)}
          rows={keys}
          rowKey={(key) => key.id}
          rowLabel={(key) => key.name}
          query={query}
          empty={
            <EmptyState drawing="lock" action={create}>
              {t('apikeys.empty')}
            </EmptyState>
          }
        />
      </Panel>
      {creating && (
        <NewKeyForm
          onClose={() => setCreating(false)}
          onCreated={(name, text) => {
            setCreating(false);
            setSecret({ name, text });
          }}
        />
      )}
      {secret && <Secret {...secret} onClose={() => setSecret(undefined)} />}
      {revoking && <RevokeKey apiKey={revoking} onClose={() => setRevoking(undefined)} />}
    </Page>
  );
}
