import type { components } from '@/api/schema.gen';
import { nameIn, t } from '@/shared/i18n/t';

type Tag = components['schemas']['CustomerTag'];

const axes = ['demography', 'preference', 'lifecycle'] as const;

/** The tags of the library that are in use, by axis, for a select; and those of the chosen that were archived since. */
export function tagOptions(tags: Tag[], chosen: string[] = []) {
  const used = axes.map((axis) => ({
    label: t(`customers.axis.${axis}`),
    options: tags
      .filter((tag) => tag.axis === axis && !tag.archived)
      .map((tag) => ({ value: tag.id, label: nameIn(tag) })),
  }));
  const archived = tags
    .filter((tag) => tag.archived && chosen.includes(tag.id))
    .map((tag) => ({ value: tag.id, label: t('customers.tag.archived', { name: nameIn(tag) }) }));
  return [...used, { label: t('customers.tags.archived'), options: archived }].filter(
    (group) => group.options.length > 0,
  );
}
