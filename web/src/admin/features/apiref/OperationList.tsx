import { t, tMaybe } from '@/shared/i18n/t';
import styles from './apiref.module.css';
import type { Group } from './model';

type Props = { groups: Group[]; current: string | undefined; onChoose: (id: string) => void };

/** The operations under what they are about. */
export function OperationList({ groups, current, onChoose }: Props) {
  return (
    <nav aria-label={t('apiref.operations')} className={styles.list}>
      {groups.map(({ tag, operations }) => (
        <section key={tag} aria-label={tagName(tag)}>
          <h2 className={styles.tag}>{tagName(tag)}</h2>
          <ul>
            {operations.map((operation) => (
              <li key={operation.id}>
                <button
                  type="button"
                  className={styles.item}
                  aria-current={operation.id === current}
                  onClick={() => onChoose(operation.id)}
                >
                  <Method name={operation.method} />
                  <span className={styles.path}>{operation.path}</span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </nav>
  );
}

export function Method({ name }: { name: string }) {
  return (
    <span className={styles.method} data-method={name}>
      {name}
    </span>
  );
}

/** What the operations of a tag are about. */
export function tagName(tag: string): string {
  return tMaybe(`apiref.tag.${tag.toLowerCase().replaceAll(' ', '_')}`) ?? tag;
}
