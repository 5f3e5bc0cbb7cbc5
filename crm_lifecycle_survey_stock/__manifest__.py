{
    "name": "Customer Lifecycle: Surveys after Deliveries",
    "summary": "NPS and CSAT rounds after deliveries",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "crm_lifecycle",
    "maintainers": ["crm_lifecycle"],
    "license": "LGPL-3",
    "development_status": "Beta",
    "depends": ["crm_lifecycle_survey", "crm_lifecycle_stock"],
    "auto_install": True,
}
