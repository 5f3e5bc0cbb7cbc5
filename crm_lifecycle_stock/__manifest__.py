{
    "name": "Customer Lifecycle: Deliveries",
    "summary": "Deliveries and returns among the events of a customer's lifecycle",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "crm_lifecycle",
    "maintainers": ["crm_lifecycle"],
    "license": "LGPL-3",
    "development_status": "Beta",
    "depends": ["crm_lifecycle", "sale_stock"],
    "auto_install": True,
    "data": ["views/crm_lifecycle_value_views.xml", "views/crm_complaint_remedy_views.xml"],
    "post_init_hook": "post_init_hook",
}
