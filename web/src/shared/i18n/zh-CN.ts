import account from './zh-CN/account.json';
import apikeys from './zh-CN/apikeys.json';
import apiref from './zh-CN/apiref.json';
import audit from './zh-CN/audit.json';
import common from './zh-CN/common.json';
import customers from './zh-CN/customers.json';
import dashboard from './zh-CN/dashboard.json';
import demo from './zh-CN/demo.json';
import errors from './zh-CN/errors.json';
import imports from './zh-CN/imports.json';
import jobs from './zh-CN/jobs.json';
import merges from './zh-CN/merges.json';
import orders from './zh-CN/orders.json';
import packs from './zh-CN/packs.json';
import permissions from './zh-CN/permissions.json';
import products from './zh-CN/products.json';
import rfm from './zh-CN/rfm.json';
import segments from './zh-CN/segments.json';
import settings from './zh-CN/settings.json';
import setup from './zh-CN/setup.json';
import shell from './zh-CN/shell.json';
import shops from './zh-CN/shops.json';
import signin from './zh-CN/signin.json';
import staff from './zh-CN/staff.json';
import tags from './zh-CN/tags.json';
import ui from './zh-CN/ui.json';

const messages = {
  account,
  apikeys,
  apiref,
  audit,
  common,
  customers,
  dashboard,
  demo,
  errors,
  imports,
  jobs,
  merges,
  orders,
  packs,
  permissions,
  products,
  rfm,
  segments,
  settings,
  setup,
  shell,
  shops,
  signin,
  staff,
  tags,
  ui,
};

export type Messages = typeof messages;
export default messages;
