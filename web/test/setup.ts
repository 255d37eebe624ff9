import { cleanup, configure } from '@testing-library/react';
import { afterEach } from 'vitest';

// jsdom lays nothing out: no media queries, no sizes.
window.matchMedia = (query) => ({
  matches: false,
  media: query,
  onchange: null,
  addEventListener: () => {},
  removeEventListener: () => {},
  addListener: () => {},
  removeListener: () => {},
  dispatchEvent: () => false,
});

window.ResizeObserver = class {
  observe() {}
  unobserve() {}
  disconnect() {}
};

afterEach(cleanup);

// A page is loaded when it is first opened, which takes its time on a busy machine.
configure({ asyncUtilTimeout: 15_000 });

// It does not scroll.
window.scrollTo = () => {};

// Nor does it know pseudo elements, of which antd asks the width of the scroll bar.
const { getComputedStyle } = window;
window.getComputedStyle = (element) => getComputedStyle(element);
