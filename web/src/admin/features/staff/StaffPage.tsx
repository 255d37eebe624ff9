import { PlusOutlined } from '@ant-design/icons';
import { Button, Segmented, Select } from 'antd';
import { useState } from 'react';
import { $api, inPages } from '@/api/client';
import { useCan, useSession } from '@/api/session';
import { t } from '@/shared/i18n/t';
import { roleName, roles } from '@/shared/role';
import { DataTable } from '@/shared/ui/DataTable';
import { EmptyState } from '@/shared/ui/EmptyState';
import { FilterBar } from '@/shared/ui/FilterBar';
import { Page } from '@/shared/ui/Page';
import { Panel } from '@/shared/ui/Panel';
import { useShopNames } from '@/shared/ui/ShopSelect';
import { oneOf, useFilters } from '@/shared/useFilters';
import { staffColumns } from './columns';
import { EditPerson } from './EditPerson';
import { type Person, parseFilters, states } from './model';
import { NewPersonForm } from './NewPersonForm';
import { OneTimePassword } from './OneTimePassword';
import { PersonDrawer } from './PersonDrawer';

type Doing = { what: 'create' } | { what: 'open'; id: string } | { what: 'edit'; person: Person };

export function StaffPage() {
  const [doing, setDoing] = useState<Doing>();
  const [password, setPassword] = useState<{ name: string; text: string }>();
  const { filters, isFiltered, set, clear } = useFilters(parseFilters);
  const shops = useSession().data?.shops ?? [];
  const shopNames = useShopNames();
  const mayManage = useCan('staff.manage');
  const query = $api.useInfiniteQuery('get', '/v1/staff', { params: { query: filters } }, inPages);
  const people = query.data?.pages.flatMap((page) => page.items) ?? [];
  const close = () => setDoing(undefined);

  const create = mayManage && (
    <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setDoing({ what: 'create' })}>
      {t('staff.create')}
    </Button>
  );
  return (
    <Page title={t('staff.title')} lead={t('staff.intro')} actions={create}>
      <FilterBar onClear={isFiltered ? clear : undefined}>
        <Segmented
          aria-label={t('staff.state')}
          value={filters.state ?? ''}
          onChange={(state) => set({ state: oneOf(state, states) })}
          options={[
            { value: '', label: t('common.all') },
            ...states.map((state) => ({ value: state, label: t(`staff.state.${state}`) })),
          ]}
        />
        <Select
          allowClear
          aria-label={t('staff.role')}
          placeholder={t('staff.role.all')}
          value={filters.role ?? null}
          onChange={(role) => set({ role: role ?? undefined })}
          options={roles.map((role) => ({ value: role, label: roleName(role) }))}
          style={{ width: 140 }}
        />
        <Select
          allowClear
          aria-label={t('staff.shop')}
          placeholder={t('staff.shop.all')}
          value={filters.shop_id ?? null}
          onChange={(shop) => set({ shop_id: shop ?? undefined })}
          showSearch={{ optionFilterProp: 'label' }}
          options={shops.map((shop) => ({ value: shop.id, label: shop.name }))}
          style={{ width: 200 }}
        />
      </FilterBar>
      <Panel flush>
        <DataTable
          label={t('staff.title')}
          columns={staffColumns(shopNames)}
          rows={people}
          rowKey={(person) => person.id}
          rowLabel={(person) => person.name}
          query={query}
          empty={
            <EmptyState drawing="person" action={isFiltered ? undefined : create}>
              {isFiltered ? t('staff.noneFound') : t('staff.empty')}
            </EmptyState>
          }
          onOpen={(person: Person) => setDoing({ what: 'open', id: person.id })}
        />
      </Panel>
      {doing?.what === 'create' && (
        <NewPersonForm
          onClose={close}
          onCreated={(name, text) => {
            close();
            if (text) setPassword({ name, text });
          }}
        />
      )}
      {doing?.what === 'edit' && <EditPerson person={doing.person} onClose={close} />}
      <PersonDrawer
        id={doing?.what === 'open' ? doing.id : undefined}
        mayManage={mayManage}
        onEdit={(person) => setDoing({ what: 'edit', person })}
        onPassword={setPassword}
        onClose={close}
      />
      {password && <OneTimePassword {...password} onClose={() => setPassword(undefined)} />}
    </Page>
  );
}
