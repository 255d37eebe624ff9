import account from './en/account.json';
import apikeys from './en/apikeys.json';
import apiref from './en/apiref.json';
import audit from './en/audit.json';
import common from './en/common.json';
import customers from './en/customers.json';
import dashboard from './en/dashboard.json';
import demo from './en/demo.json';
import errors from './en/errors.json';
import imports from './en/imports.json';
import jobs from './en/jobs.json';
import merges from './en/merges.json';
import orders from './en/orders.json';
import packs from './en/packs.json';
import permissions from './en/permissions.json';
import products from './en/products.json';
import rfm from './en/rfm.json';
import segments from './en/segments.json';
import settings from './en/settings.json';
import setup from './en/setup.json';
import shell from './en/shell.json';
import shops from './en/shops.json';
import signin from './en/signin.json';
import staff from './en/staff.json';
import tags from './en/tags.json';
import ui from './en/ui.json';

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

export default messages;
