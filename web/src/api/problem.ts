import { currentLanguage, tMaybe } from '@/shared/i18n/t';

/** One wrong field of a request, or one wrong line of a file. */
export type FieldError = { path: string; code: string; message: string; line?: number };

/** RFC 9457, as the server sends it. */
export type Problem = {
  type?: string;
  title?: string;
  status: number;
  code: string;
  detail?: string;
  errors?: FieldError[];
  /** What stands in the way, such as the customer who has this number already. */
  subject?: string;
  request_id?: string;
  /** From the Retry-After header: in how many seconds to try again. */
  retry_after?: number;
};

/** What every failed request throws, also when the server was never reached (status 0, code `network`). */
export class ApiError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail ?? problem.title ?? problem.code);
    this.name = 'ApiError';
    this.problem = problem;
  }

  get status(): number {
    return this.problem.status;
  }

  get code(): string {
    return this.problem.code;
  }

  get fields(): FieldError[] {
    return this.problem.errors ?? [];
  }
}

/** Reads the body of a failed response; one that is no problem+json becomes a problem of its status. */
export async function apiErrorFrom(response: Response): Promise<ApiError> {
  const unreadable: Problem = { status: response.status, code: `status.${response.status}` };
  const requestId = response.headers.get('X-Request-Id');
  if (requestId) unreadable.request_id = requestId;
  const retryAfter = Number(response.headers.get('Retry-After'));
  if (retryAfter > 0) unreadable.retry_after = retryAfter;
  if (!response.headers.get('Content-Type')?.includes('json')) return new ApiError(unreadable);
  try {
    const body = (await response.json()) as Partial<Problem>;
    return new ApiError({ ...unreadable, ...body });
  } catch {
    return new ApiError(unreadable);
  }
}

export const networkError = () => new ApiError({ status: 0, code: 'network' });

/** What to tell a person: the words for the code; else what the server said, which is English; else the words for the status. */
export function errorMessage(error: unknown): string {
  const unknown = tMaybe('errors.unknown') ?? '';
  if (!(error instanceof ApiError)) return unknown;
  const { code, status, detail } = error.problem;
  const said = currentLanguage() === 'en' ? detail : undefined;
  return tMaybe(`errors.${code}`) ?? said ?? tMaybe(`errors.status.${status}`) ?? detail ?? unknown;
}

/** The words for one wrong field: most codes are short and shared by all, some name a rule of their domain. */
export function fieldMessage(field: FieldError): string {
  return tMaybe(`errors.field.${field.code}`) ?? tMaybe(`errors.${field.code}`) ?? field.message;
}

/** The errors as antd's form.setFields takes them: `lines.0.price` → ['lines', 0, 'price']. */
export function formErrors(error: unknown): { name: (string | number)[]; errors: string[] }[] {
  if (!(error instanceof ApiError)) return [];
  return error.fields.map((field) => ({
    name: field.path
      .replace(/^(body\.|\/)/, '')
      .split(/[./[\]]+/)
      .filter(Boolean)
      .map((part) => (/^\d+$/.test(part) ? Number(part) : part)),
    errors: [fieldMessage(field)],
  }));
}
