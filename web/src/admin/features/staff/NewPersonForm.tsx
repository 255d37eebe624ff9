import { useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { $api } from '@/api/client';
import { t } from '@/shared/i18n/t';
import { FormModal } from '@/shared/ui/FormModal';
import { newPersonFrom, type PersonAnswers } from './model';
import { PersonFields } from './PersonFields';

type Props = {
  onClose: () => void;
  /** With the first password, which is shown once; without a login there is none. */
  onCreated: (name: string, password: string | undefined) => void;
};

export function NewPersonForm({ onClose, onCreated }: Props) {
  const cache = useQueryClient();
  const { message } = App.useApp();
  const create = $api.useMutation('post', '/v1/staff', { meta: { quiet: true } });

  const send = async (answers: PersonAnswers) => {
    const created = await create.mutateAsync({ body: newPersonFrom(answers) });
    await cache.invalidateQueries({ queryKey: ['get', '/v1/staff'] });
    void message.success(t('staff.created', { name: created.name }));
    onCreated(created.name, created.one_time_password);
  };

  return (
    <FormModal<PersonAnswers>
      title={t('staff.create')}
      action={t('staff.create')}
      lead={t('staff.create.lead')}
      initial={{ role: 'clerk', shops: [] }}
      send={send}
      onClose={onClose}
    >
      <PersonFields />
    </FormModal>
  );
}
