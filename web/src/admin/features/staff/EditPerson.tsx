import { useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { $api, ifMatch } from '@/api/client';
import { useSession } from '@/api/session';
import { t } from '@/shared/i18n/t';
import type { Role } from '@/shared/role';
import { FormModal } from '@/shared/ui/FormModal';
import { changesTo, type Person, type PersonAnswers, signsOut } from './model';
import { PersonFields } from './PersonFields';

/** Changes a person. Another role or other shops sign her out. */
export function EditPerson({ person, onClose }: { person: Person; onClose: () => void }) {
  const cache = useQueryClient();
  const { message } = App.useApp();
  const self = useSession().data?.staff?.id === person.id;
  const change = $api.useMutation('patch', '/v1/staff/{id}', { meta: { quiet: true } });

  const send = async (answers: PersonAnswers) => {
    const body = changesTo(person, answers);
    if (Object.keys(body).length > 0) {
      const params = { path: { id: person.id }, header: ifMatch(person.version) };
      await change.mutateAsync({ params, body });
      await cache.invalidateQueries({ queryKey: ['get', '/v1/staff'] });
      await cache.invalidateQueries({ queryKey: ['get', '/v1/staff/{id}'] });
      void message.success(
        signsOut(body) ? t('staff.savedSignedOut', { name: person.name }) : t('common.saved'),
      );
    }
    onClose();
  };

  return (
    <FormModal<PersonAnswers>
      title={t('staff.edit')}
      action={t('common.save')}
      lead={self ? t('staff.edit.self') : t('staff.edit.lead')}
      initial={{ ...person, role: person.role as Role }}
      send={send}
      onClose={onClose}
    >
      <PersonFields self={self} current={person.role as Role} />
    </FormModal>
  );
}
