import type { components } from '@/api/schema.gen';
import { t } from '@/shared/i18n/t';

type Tag = components['schemas']['CustomerTag'];

const axes = ['demography', 'preference', 'lifecycle'] as const;

/** The tags of the library that are in use, by axis, for a select. */
export function tagOptions(tags: Tag[]) {
  return axes
    .map((axis) => ({
      label: t(`customers.axis.${axis}`),
      options: tags
        .filter((tag) => tag.axis === axis && !tag.archived)
        .map((tag) => ({ value: tag.id, label: tag.name })),
    }))
    .filter((group) => group.options.length > 0);
}
