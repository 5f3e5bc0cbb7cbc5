{
    "name": "Customer Lifecycle: Repairs",
    "summary": "Repairs as remedies of complaints",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "crm_lifecycle",
    "maintainers": ["crm_lifecycle"],
    "license": "LGPL-3",
    "development_status": "Beta",
    "depends": ["crm_lifecycle_stock", "repair"],
    "auto_install": True,
    "data": [
        "security/crm_lifecycle_repair_security.xml",
        "views/crm_complaint_remedy_views.xml",
    ],
}
